"""The two forms of replies, and the parameters that need care on their way."""

from __future__ import annotations

from kmsproof_server.serving import Server
from kmsproof_testing.aliyun import ByHand, Caller, send_signed

NO_KEY = "key-that-is-not-there"


def test_replies_in_xml(server: Server, caller: Caller) -> None:
    key_id = caller.new_key(Description="<&>\u00e9\x01")
    received = send_signed(server, ByHand("DescribeKey", {"KeyId": key_id, "Format": "xml"}))
    assert received.content_type == "text/xml;charset=utf-8"
    text = received.body.decode()
    assert text.startswith(
        '<?xml version="1.0" encoding="UTF-8"?><DescribeKeyResponse><KeyMetadata>'
    )
    assert f"<KeyId>{key_id}</KeyId>" in text
    assert "<Description>&lt;&amp;&gt;\u00e9\ufffd</Description>" in text
    received = send_signed(server, ByHand("ListKeys", {"PageSize": "2", "Format": "XML"}))
    assert received.body.count(b"<Key><KeyId>") in (1, 2)
    received = send_signed(server, ByHand("DescribeKey", {"KeyId": NO_KEY, "Format": "XML"}))
    assert received.status == 404
    assert b"<Error><HttpStatus>404</HttpStatus><Code>Forbidden.KeyNotFound</Code>" in received.body
