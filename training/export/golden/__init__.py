"""Golden files: what the engine must compute from the committed bundle, as other programs compute it."""
