"""What a benchmark is made of: who takes part, the check of every answer, the interleaved measurement, the report."""
