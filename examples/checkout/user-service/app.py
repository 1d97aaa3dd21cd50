"""user-service: who the customers are, where they live, and the mail they get."""

import logging
import time

from flask import Flask, abort, jsonify, request
from opentelemetry import trace
from opentelemetry.instrumentation.flask import FlaskInstrumentor
from sqlalchemy import select

from database import Address, User, session
from named_hosts import new_session

TEMPLATE_S = 0.03  # the receipt's layout engine
MAIL_TIMEOUT_S = 5

app = Flask("user-service")
FlaskInstrumentor().instrument_app(app)

tracer = trace.get_tracer("user-service")
log = logging.getLogger("user-service")
mail = new_session()


@app.get("/users/<user_id>")
def get_user(user_id):
    return jsonify(fetch_user_profile(user_id))


@app.get("/users/<user_id>/address")
def get_address(user_id):
    with session() as database:
        address = database.scalars(select(Address).where(Address.user_id == user_id)).first()
    if address is None:
        abort(404)
    return jsonify(address.to_dict())


@app.post("/users/<user_id>/notifications")
def notify(user_id):
    order_id = request.get_json()["orderId"]
    user = fetch_user_profile(user_id)
    with tracer.start_as_current_span("render_receipt") as span:
        span.set_attribute("order.id", order_id)
        time.sleep(TEMPLATE_S)
        text = f"Dear {user['name']}, your order {order_id} is on its way."
    answer = mail.post(
        "http://mail.test/send",
        json={"to": user["email"], "subject": f"Your order {order_id}", "text": text},
        timeout=MAIL_TIMEOUT_S,
    )
    answer.raise_for_status()
    log.info("receipt for order %s sent", order_id)
    return jsonify({"mailId": answer.json()["id"]}), 202


def fetch_user_profile(user_id):
    with tracer.start_as_current_span("fetch_user_profile") as span:
        span.set_attribute("user.id", user_id)
        with session() as database:
            user = database.get(User, user_id)
        span.set_attribute("user.found", user is not None)
        if user is None:
            log.warning("there is no user %s", user_id)
            abort(404)
        return user.to_dict()


@app.errorhandler(404)
def not_found(_error):
    return jsonify({"error": "not_found", "message": f"There is no {request.path}."}), 404


@app.errorhandler(Exception)
def failed(error):
    span = trace.get_current_span()
    span.record_exception(error)
    span.set_status(trace.Status(trace.StatusCode.ERROR, str(error)))
    log.exception("%s %s failed", request.method, request.path)
    return jsonify({"error": "internal", "message": str(error)}), 500
