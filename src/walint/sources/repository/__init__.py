"""What a repository holds besides infrastructure: documents, pipelines, migrations, packages, descriptions of APIs."""
