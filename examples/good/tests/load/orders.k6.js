// Twice the orders of the busiest hour, for ten minutes, against staging.
import http from "k6/http";
import { check } from "k6";

export const options = { vus: 50, duration: "10m", thresholds: { http_req_failed: ["rate<0.01"] } };

export default function () {
  const order = JSON.stringify({ customer: "load-test", items: ["book"] });
  const answer = http.post(`${__ENV.API}/orders`, order, { headers: { "Content-Type": "application/json" } });
  check(answer, { "the order was taken": (each) => each.status === 202 });
}
