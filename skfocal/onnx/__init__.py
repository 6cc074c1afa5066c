"""Conversion to ONNX with skl2onnx, which the extra `onnx` installs."""

from skfocal.onnx._registration import register_converters

__all__ = ["register_converters"]
