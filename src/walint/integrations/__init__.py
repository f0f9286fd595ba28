"""walint inside other tools. Nothing yet."""
