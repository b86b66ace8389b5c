"""The window: panels edit an immutable Experiment, the engine answers with frames, views draw the newest."""
