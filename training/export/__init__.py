"""From a trained checkpoint to the bundle that is shipped: ONNX graphs, quantised weights, manifest, golden files."""
