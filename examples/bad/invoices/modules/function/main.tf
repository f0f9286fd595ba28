variable "name" {
  type = string
}

variable "retention_days" {
  type = number
}

resource "aws_lambda_function" "this" {
  function_name = var.name
  role          = "arn:aws:iam::111122223333:role/invoices"
  s3_bucket     = "shop-builds"
  s3_key        = "${var.name}.zip"
  handler       = "app.handler"
  runtime       = "python3.8"
  timeout       = 60

  tracing_config {
    mode = "PassThrough"
  }
}

resource "aws_cloudwatch_log_group" "this" {
  name              = "/aws/lambda/${var.name}"
  retention_in_days = var.retention_days
}

output "arn" {
  value = aws_lambda_function.this.arn
}
