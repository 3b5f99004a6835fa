"""An S3 server of this machine."""

import logging
import uuid

import pytest


@pytest.fixture(scope="session")
def s3():
    """An S3 server that the environment names to everybody who asks."""
    server_of = pytest.importorskip("moto.server", reason="moto[server] is not installed")
    server = server_of.ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server.start()
    host, port = server.get_host_and_port()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_ENDPOINT_URL", f"http://{host}:{port}")
        patch.setenv("AWS_ACCESS_KEY_ID", "testing")
        patch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
        patch.setenv("AWS_DEFAULT_REGION", "us-east-1")
        patch.setenv("AWS_EC2_METADATA_DISABLED", "true")
        yield
    server.stop()


@pytest.fixture
def bucket(request):
    """The URL of an empty bucket."""
    s3fs = pytest.importorskip("s3fs", reason="s3fs is not installed")
    request.getfixturevalue("s3")
    name = f"photos-{uuid.uuid4()}"
    s3fs.S3FileSystem().mkdir(name)
    return f"s3://{name}"
