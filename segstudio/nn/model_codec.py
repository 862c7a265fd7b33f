"""``ModelInfo`` as JSON and back; what comes from a file is believed in nothing."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TypeAlias

from segstudio.domain.classes import ClassSpec, LabelSet
from segstudio.domain.errors import ModelError
from segstudio.domain.model_info import (
    ChannelMap,
    HeadKind,
    ModelInfo,
    NetworkConfig,
    Normalization,
    Scores,
    StemKind,
)

FORMAT = 1
LONGEST_TEXT = 100_000
LONGEST_LIST = 8_000_000
Json = Mapping[str, object]
JsonValue: TypeAlias = "str | int | float | bool | list[JsonValue] | dict[str, JsonValue] | None"


def encode_model_info(info: ModelInfo) -> str:
    return json.dumps(info_to_json(info))


def info_to_json(info: ModelInfo) -> dict[str, JsonValue]:
    """The object that a model file holds."""
    network = info.network
    return {
        "format": FORMAT,
        "name": info.name,
        "network": {
            "trunk": network.trunk,
            "channels": network.channels,
            "output_stride": network.output_stride,
            "cell_width": network.cell_width,
            "dilations": [list(rates) for rates in network.dilations],
            "schedule": network.schedule,
            "head": network.head.value,
            "aspp_rates": list(network.aspp_rates),
            "stem": network.stem.value,
            "base_width": network.base_width,
            "batch_norm_epsilon": network.batch_norm_epsilon,
        },
        "classes": [
            {
                "id": spec.id,
                "name": spec.name,
                "color": list(spec.color),
                "shortcut": spec.shortcut,
                "retired": spec.is_retired,
            }
            for spec in info.label_set.classes
        ],
        "channel_class_ids": list(info.channel_map.class_ids),
        "mean": list(info.normalization.mean),
        "deviation": list(info.normalization.deviation),
        "scores": [
            {
                "data": scores.data,
                "mean_iou": scores.mean_iou,
                "pixel_accuracy": scores.pixel_accuracy,
                "class_iou": dict(scores.class_iou),
            }
            for scores in info.scores
        ],
        "parent": info.parent,
        "licence": info.licence,
        "created": info.created,
        "notes": info.notes,
        "learnt": None if info.learnt is None else " ".join(sorted(info.learnt)),
    }


def decode_model_info(text: str) -> ModelInfo:
    """Raises: ModelError: a field is missing, of the wrong kind or out of range; the sentence names it."""
    try:
        value: object = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ModelError("The model's description is not readable JSON.") from error
    fields = _Fields(value, "the description")
    version = fields.integer("format")
    if version != FORMAT:
        raise ModelError(
            f"The model is of format {version}; this SegStudio reads format {FORMAT}. Update SegStudio."
        )
    try:
        return ModelInfo(
            name=fields.text("name"),
            network=_network(_Fields(fields.get("network"), "network")),
            label_set=LabelSet(tuple(_class(_Fields(item, "classes")) for item in fields.listed("classes"))),
            channel_map=ChannelMap(fields.integers("channel_class_ids")),
            normalization=Normalization(
                mean=fields.triple("mean"), deviation=_positive(fields.triple("deviation"))
            ),
            scores=tuple(_scores(_Fields(item, "scores")) for item in fields.listed("scores")),
            parent=fields.optional_text("parent"),
            licence=fields.text("licence"),
            created=fields.text("created"),
            notes=fields.text("notes"),
            learnt=fields.optional_words("learnt"),
        )
    except ValueError as error:
        raise ModelError(f"The model's description contradicts itself: {error}") from error


def _network(fields: _Fields) -> NetworkConfig:
    dilations = tuple(_whole_numbers(item, "network.dilations") for item in fields.listed("dilations"))
    if len(dilations) != 2:
        raise ModelError(f"network.dilations must hold two lists of rates, not {len(dilations)}.")
    return NetworkConfig(
        trunk=fields.text("trunk"),
        channels=fields.integer("channels"),
        output_stride=fields.integer("output_stride"),
        cell_width=fields.integer("cell_width"),
        dilations=(dilations[0], dilations[1]),
        schedule=fields.text("schedule"),
        head=HeadKind(fields.text("head")),
        aspp_rates=fields.integers("aspp_rates"),
        stem=StemKind(fields.text("stem")),
        base_width=fields.integer("base_width"),
        batch_norm_epsilon=fields.number("batch_norm_epsilon"),
    )


def _class(fields: _Fields) -> ClassSpec:
    red, green, blue = fields.triple_of_integers("color")
    return ClassSpec(
        id=fields.integer("id"),
        name=fields.text("name"),
        color=(red, green, blue),
        shortcut=fields.optional_text("shortcut"),
        is_retired=fields.truth("retired"),
    )


def _scores(fields: _Fields) -> Scores:
    class_iou = fields.get("class_iou")
    if not isinstance(class_iou, Mapping):
        raise ModelError("scores.class_iou must be an object.")
    return Scores(
        data=fields.text("data"),
        mean_iou=fields.number("mean_iou"),
        pixel_accuracy=fields.number("pixel_accuracy"),
        class_iou={str(name): _number(value, "scores.class_iou") for name, value in class_iou.items()},
    )


def _positive(values: tuple[float, float, float]) -> tuple[float, float, float]:
    if min(values) <= 0:
        raise ModelError(f"The deviations must be above 0: {values}.")
    return values


class _Fields:
    """One JSON object, read field by field; what is wrong is named with its place."""

    def __init__(self, value: object, place: str) -> None:
        if not isinstance(value, Mapping):
            raise ModelError(f"In the model's description, {place} must be an object.")
        self._value: Json = value
        self._place = place

    def get(self, key: str) -> object:
        if key not in self._value:
            raise ModelError(f"In the model's description, {self._place} lacks {key!r}.")
        return self._value[key]

    def text(self, key: str) -> str:
        value = self.get(key)
        if not isinstance(value, str) or len(value) > LONGEST_TEXT:
            raise ModelError(f"{self._place}.{key} must be text of sensible length.")
        return value

    def optional_text(self, key: str) -> str | None:
        return None if self.get(key) is None else self.text(key)

    def optional_words(self, key: str) -> frozenset[str] | None:
        """Words with spaces between them; None where older files lack them."""
        value = self._value.get(key)
        if value is None:
            return None
        if not isinstance(value, str) or len(value) > LONGEST_LIST:
            raise ModelError(f"{self._place}.{key} must be text of sensible length.")
        return frozenset(value.split())

    def truth(self, key: str) -> bool:
        value = self.get(key)
        if not isinstance(value, bool):
            raise ModelError(f"{self._place}.{key} must be true or false.")
        return value

    def integer(self, key: str) -> int:
        return _whole_number(self.get(key), f"{self._place}.{key}")

    def number(self, key: str) -> float:
        return _number(self.get(key), f"{self._place}.{key}")

    def listed(self, key: str) -> Sequence[object]:
        return _listed(self.get(key), f"{self._place}.{key}")

    def integers(self, key: str) -> tuple[int, ...]:
        return _whole_numbers(self.get(key), f"{self._place}.{key}")

    def triple(self, key: str) -> tuple[float, float, float]:
        place = f"{self._place}.{key}"
        values = [_number(item, place) for item in _listed(self.get(key), place)]
        if len(values) != 3:
            raise ModelError(f"{place} must hold three numbers.")
        return values[0], values[1], values[2]

    def triple_of_integers(self, key: str) -> tuple[int, int, int]:
        values = self.integers(key)
        if len(values) != 3:
            raise ModelError(f"{self._place}.{key} must hold three whole numbers.")
        return values[0], values[1], values[2]


def _listed(value: object, place: str) -> Sequence[object]:
    if not isinstance(value, list) or len(value) > 4096:
        raise ModelError(f"{place} must be a list of sensible length.")
    return value


def _whole_numbers(value: object, place: str) -> tuple[int, ...]:
    return tuple(_whole_number(item, place) for item in _listed(value, place))


def _whole_number(value: object, place: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise ModelError(f"{place} must be a whole number, not {value!r:.60}.")
    return value


def _number(value: object, place: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) < 1e30:
        raise ModelError(f"{place} must be a finite number, not {value!r:.60}.")
    return float(value)
