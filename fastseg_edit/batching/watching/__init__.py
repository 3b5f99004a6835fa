"""Jobs that go on with the photos that come to a folder."""
