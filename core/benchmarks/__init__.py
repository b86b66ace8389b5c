"""The workloads of `python main.py bench`, one file each, found by a walk; each file sets BENCHMARK."""
