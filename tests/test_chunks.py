from quo_admin.chunks import in_chunks


def test_chunks_hold_each_item_once_and_in_order():
    assert list(in_chunks([3, 1, 2, 5, 4], 2)) == [[3, 1], [2, 5], [4]]


def test_full_last_chunk_is_not_followed_by_an_empty_one():
    assert list(in_chunks([1, 2, 3, 4], 2)) == [[1, 2], [3, 4]]
    assert list(in_chunks([], 2)) == []
