# One small root module of about a hundred lines.
terraform {
  required_version = ">= 1.9"
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 6.0"
    }
  }
  backend "s3" {
    bucket       = "state"
    key          = "orders.tfstate"
    use_lockfile = true
    encrypt      = true
  }
}

variable "env" {
  type    = string
  default = "prod"
}

variable "retention" {
  type    = map(number)
  default = { prod = 365, dev = 30 }
}

locals {
  name = "orders-${var.env}"
  tags = merge({ service = "orders" }, var.env == "prod" ? { tier = "1" } : {})
}

data "aws_iam_policy_document" "assume" {
  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "Service"
      identifiers = ["lambda.amazonaws.com"]
    }
  }
}

resource "aws_iam_role" "work" {
  name               = local.name
  assume_role_policy = data.aws_iam_policy_document.assume.json
}

resource "aws_sqs_queue" "dead" {
  name                      = "${local.name}-dead"
  message_retention_seconds = 1209600
}

resource "aws_lambda_function" "work" {
  function_name = local.name
  filename      = "work.zip"
  handler       = "app.handler"
  runtime       = "python3.13"
  role          = aws_iam_role.work.arn
  timeout       = 10
  memory_size   = 256
  tags          = local.tags

  dead_letter_config {
    target_arn = aws_sqs_queue.dead.arn
  }
  tracing_config {
    mode = "Active"
  }
  logging_config {
    log_format = "JSON"
    log_group  = aws_cloudwatch_log_group.work.name
  }
}

resource "aws_cloudwatch_log_group" "work" {
  name              = "/work/${local.name}"
  retention_in_days = lookup(var.retention, var.env, 30)
}

resource "aws_sns_topic" "alerts" {
  name = "${local.name}-alerts"
}

resource "aws_cloudwatch_metric_alarm" "work" {
  for_each = toset(["Errors", "Throttles"])

  alarm_name          = "${local.name}-${lower(each.key)}"
  alarm_description   = "Runbook: https://wiki.example.com/orders"
  namespace           = "AWS/Lambda"
  metric_name         = each.key
  statistic           = "Sum"
  period              = 60
  evaluation_periods  = 1
  threshold           = 0
  comparison_operator = "GreaterThanThreshold"
  treat_missing_data  = "notBreaching"
  alarm_actions       = [aws_sns_topic.alerts.arn]
  dimensions = {
    FunctionName = aws_lambda_function.work.function_name
  }
}
