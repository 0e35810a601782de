using System.Text;
using MergeOps.Tensors.Pickles;
using Xunit;

namespace MergeOps.Tests.Tensors.Pickles;

/// <summary>Pickles operation by operation, as <c>pickletools.dis</c> of Python shows them.</summary>
public sealed class PickleReaderTests
{
    [Theory]
    [InlineData("80 02 4e 2e", null)]
    [InlineData("80 02 88 2e", true)]
    [InlineData("80 02 4b ff 2e", 255L)]
    [InlineData("80 02 4d 01 02 2e", 513L)]
    [InlineData("80 02 4a fe ff ff ff 2e", -2L)]
    [InlineData("80 02 8a 00 2e", 0L)]
    [InlineData("80 02 8a 05 00 00 00 00 01 2e", 4294967296L)]
    [InlineData("80 02 8a 01 ff 2e", -1L)]
    [InlineData("80 02 47 3f f8 00 00 00 00 00 00 2e", 1.5)]
    [InlineData("80 02 58 03 00 00 00 61 c3 a4 2e", "aä")]
    [InlineData("80 04 95 05 00 00 00 00 00 00 00 8c 01 61 94 2e", "a")]
    public void A_single_value_is_what_Python_pickled(string pickle, object? value) => Assert.Equal(value, PickleReader.Read(Bytes(pickle)));

    [Fact]
    public void A_dictionary_keeps_the_order_of_its_keys_and_the_last_value_of_each()
    {
        // {'b': 1, 'a': (), 'b': 2}
        var read = Assert.IsType<PickledDictionary>(PickleReader.Read(Bytes("80 02 7d 71 00 28 58 01 00 00 00 62 4b 01 58 01 00 00 00 61 29 58 01 00 00 00 62 4b 02 75 2e")));

        Assert.Equal(["b", "a"], read.Entries.Select(entry => entry.Key));
        Assert.Equal(2L, read["b"]);
    }

    [Fact]
    public void A_list_that_holds_itself_ends()
    {
        var list = Assert.IsType<List<object?>>(PickleReader.Read(Bytes("80 02 5d 71 00 68 00 61 2e")));

        Assert.Same(list, Assert.Single(list));
    }

    [Theory]
    [InlineData("", "damaged")]
    [InlineData("80 02", "damaged")]
    [InlineData("2e", "damaged")]
    [InlineData("80 02 61 2e", "damaged")]
    [InlineData("80 02 4e 4e 2e", "damaged")]
    [InlineData("80 02 4e 2e 4e", "damaged")]
    [InlineData("80 02 68 07 2e", "damaged")]
    [InlineData("80 02 58 ff ff ff ff 61 2e", "damaged")]
    [InlineData("80 02 28 4e 86 2e", "damaged")]
    [InlineData("80 01 4e 2e", "version 1")]
    [InlineData("80 02 8a 09 01 01 01 01 01 01 01 01 01 2e", "64 bits")]
    [InlineData("80 02 58 01 00 00 00 ff 2e", "not UTF-8")]
    [InlineData("80 02 49 31 0a 2e", "0x49")]
    public void What_weights_do_not_need_is_refused(string pickle, string why) =>
        Assert.Contains(why, Assert.Throws<PickleRefusedException>(() => PickleReader.Read(Bytes(pickle))).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("os", "system")]
    [InlineData("builtins", "eval")]
    [InlineData("torch.hub", "load")]
    [InlineData("torch", "load")]
    [InlineData("collections", "defaultdict")]
    [InlineData("torch._utils", "_rebuild_wrapper_subclass")]
    public void A_name_that_weights_do_not_need_refuses_the_file_before_anything_is_called(string module, string name)
    {
        byte[] pickle = [0x80, 2, (byte)'c', .. Encoding.UTF8.GetBytes($"{module}\n{name}\n"), (byte)')', (byte)'R', (byte)'.'];

        var refused = Assert.Throws<PickleRefusedException>(() => PickleReader.Read(pickle));

        Assert.Equal($"it names {module}.{name}, which weights do not need", refused.Message);
    }

    [Fact]
    public void A_list_that_is_copied_again_and_again_costs_no_more_than_the_pickles_length()
    {
        // OrderedDict called with one remembered list of pairs, many times
        byte[] pair = [(byte)'K', 1, (byte)'K', 2, 0x86];
        byte[] pickle = [0x80, 2, .. "]"u8, .. "("u8, .. Enumerable.Repeat(pair, 100).SelectMany(one => one), (byte)'e', (byte)'q', 1, .. Enumerable.Repeat((byte[])[.. "ccollections\nOrderedDict\n"u8, (byte)'h', 1, 0x85, (byte)'R'], 200).SelectMany(one => one), (byte)'.'];

        Assert.Equal("it builds more than a file of its length can hold", Assert.Throws<PickleRefusedException>(() => PickleReader.Read(pickle)).Message);
    }

    [Theory]
    [InlineData("7d", true)]
    [InlineData("4e", true)]
    [InlineData("7d 58 03 00 00 00 6e 65 67 88 73", false)]
    public void A_tensor_that_stands_for_its_negative_is_refused(string metadata, bool isPlain)
    {
        // _rebuild_tensor_v2(storage, 0, (1,), (1,), False, OrderedDict(), metadata)
        byte[] pickle =
        [
            0x80, 2, .. "ctorch._utils\n_rebuild_tensor_v2\n("u8, (byte)'(', .. Bytes("58 07 00 00 00 73 74 6f 72 61 67 65"), .. "ctorch\nFloatStorage\n"u8,
            .. Bytes("58 01 00 00 00 30 58 03 00 00 00 63 70 75 4b 01 74 51 4b 00 4b 01 85 4b 01 85 89"), .. "ccollections\nOrderedDict\n"u8, .. Bytes("29 52"), .. Bytes(metadata), .. Bytes("74 52 2e"),
        ];

        if (isPlain)
        {
            Assert.Equal([1], Assert.IsType<PickledTensor>(PickleReader.Read(pickle)).Shape);
        }
        else
        {
            Assert.Contains("with arguments other than stored numbers", Assert.Throws<PickleRefusedException>(() => PickleReader.Read(pickle)).Message, StringComparison.Ordinal);
        }
    }

    private static byte[] Bytes(string hex) => Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal));
}
