"""The simulation of van den Goorbergh et al. (2022) once more, with focal loss added."""
