"""A parser of HCL, native and JSON syntax, with exact spans: text -> syntax tree. It knows no Terraform.

    decoding.decode(data) -> text
    parser.parse(text, path) -> ast.File            native syntax
    json_syntax.parse_json(text, path) -> ast.File  JSON syntax
    parser.parse_expression(file, start, end)       a part of a file as an expression

The layers of the parser, each built on the one before: tokens, brackets, expressions, templates, parser. What to do
about mistakes stands in recovery.
"""
