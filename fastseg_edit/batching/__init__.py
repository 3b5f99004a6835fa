"""Jobs of many photos: nothing lost, nothing done twice."""
