import pytest
from store_laws import StoreLaws

from fastseg_edit.batching.storage.places import store
from fastseg_edit.errors import InputError, OutputError


class TestS3(StoreLaws):
    @pytest.fixture
    def place(self, bucket):
        return store(f"{bucket}/folder")

    @pytest.mark.skip(reason="the server of the tests knows no line break in names")
    def test_a_name_may_hold_a_line_break(self): ...

    def test_a_file_just_written_is_not_settled(self, place):
        place.put("a.png", b"12345")
        assert place.settled(place.state("a.png"))  # its state is a hash


@pytest.mark.usefixtures("bucket")
def test_a_bucket_that_is_not_there_is_told_in_one_line():
    place = store("s3://there-is-none")
    with pytest.raises(InputError) as caught:
        list(place.names())
    assert "s3://there-is-none" in str(caught.value)
    with pytest.raises(OutputError) as caught:
        place.put("a.png", b"")
    assert "s3://there-is-none/a.png" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_only_one_claim_succeeds(bucket):
    place = store(bucket)
    assert [place.claim("lock", b"1"), place.claim("lock", b"2")] == [True, False]
