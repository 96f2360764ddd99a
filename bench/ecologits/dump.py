"""Prints what the installed EcoLogits says of an answer, one JSON line per text model that it knows.

Usage: python dump.py OUTPUT_TOKENS
"""

import json
import logging
import sys

from ecologits.model_repository import models
from ecologits.tracers.utils import llm_impacts

logging.disable(logging.CRITICAL)
tokens = int(sys.argv[1])


def bounds(value):
    low = getattr(value, "min", value)
    high = getattr(value, "max", value)
    return [float(low), float(high)]


def total_parameters(model):
    """In 10⁹."""
    parameters = model.architecture.parameters
    return getattr(parameters, "total", parameters)


for model in models.list_models():
    provider, name = model.provider.value, model.name
    impacts = llm_impacts(provider, name, tokens, request_latency=1e9)
    if impacts.errors:
        continue
    print(
        json.dumps(
            {
                "provider": provider,
                "name": name,
                "wattHours": [1000 * value for value in bounds(impacts.energy.value)],
                "co2eGrams": [1000 * value for value in bounds(impacts.gwp.value)],
                "embodiedGrams": [1000 * value for value in bounds(impacts.embodied.gwp.value)],
                "waterLitres": bounds(impacts.wcf.value),
                "totalBillions": bounds(total_parameters(model)),
                "tokensPerSecond": model.deployment.tps if model.deployment else None,
            }
        )
    )
