"""The instructors' kit (extra `grading`): student versions of the exercise notebooks."""
