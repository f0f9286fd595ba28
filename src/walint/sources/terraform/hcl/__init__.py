"""A parser of HCL, native and JSON syntax, with exact spans: text -> syntax tree. It knows no Terraform."""
