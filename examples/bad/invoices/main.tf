# Writes an invoice for each order and keeps it.

provider "aws" {
  region = "eu-west-1"
}

variable "retention_days" {
  type = number
}

resource "aws_sqs_queue" "orders" {
  name                       = "invoices-orders"
  visibility_timeout_seconds = 30
}

resource "aws_dynamodb_table" "invoices" {
  name         = "invoices"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "order_id"

  attribute {
    name = "order_id"
    type = "S"
  }
}

module "function" {
  source   = "./modules/function"
  for_each = toset(["write-invoice", "send-invoice"])

  name           = each.value
  retention_days = var.retention_days
}

resource "aws_lambda_event_source_mapping" "orders" {
  event_source_arn = aws_sqs_queue.orders.arn
  function_name    = module.function["write-invoice"].arn
}

resource "aws_s3_bucket" "archive" {
  bucket        = "shop-invoices-archive"
  force_destroy = true
}

resource "aws_sns_topic" "alerts" {
  name = "invoices-alerts"
}

resource "aws_cloudwatch_metric_alarm" "errors" {
  alarm_name          = "write-invoice-errors"
  namespace           = "AWS/Lambda"
  metric_name         = "Errors"
  dimensions          = { Function = "write-invoice" }
  statistic           = "Sum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 10
  period              = 300
  evaluation_periods  = 3
  alarm_actions       = [aws_sns_topic.alerts.arn]
}
