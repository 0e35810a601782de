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

    private static byte[] Bytes(string hex) => Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal));
}
