"""Settings of Sphinx for the documentation site; tools/build_docs.py copies them beside the pages."""

from walint import __version__

project = "walint"
release = __version__
html_title = f"walint {__version__}"
extensions = ["myst_parser"]
myst_heading_anchors = 4
html_theme = "furo"
html_copy_source = False
html_show_copyright = False
html_show_sphinx = False
html_show_sourcelink = False
highlight_language = "none"
# Examples of rules hold what no lexer accepts: unfinished templates, and marks.
suppress_warnings = ["misc.highlighting_failure"]
