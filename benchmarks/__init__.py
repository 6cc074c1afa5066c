"""Published runs. All but the ablation use only the public API of skfocal."""
