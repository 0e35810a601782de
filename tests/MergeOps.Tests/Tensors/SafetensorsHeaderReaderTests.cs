using System.Security.Cryptography;
using System.Text;
using MergeOps.Diagnostics;
using MergeOps.Tensors;
using Xunit;

namespace MergeOps.Tests.Tensors;

public sealed class SafetensorsHeaderReaderTests
{
    /// <summary>Each file of <c>Data/Tensors</c> with the code that it must be refused with, or <c>ok</c>.</summary>
    public static TheoryData<string, string> Verdicts
    {
        get
        {
            var verdicts = new TheoryData<string, string>();
            foreach (var fields in File.ReadLines(Repository.Data("Tensors", "verdicts.tsv")).Select(line => line.Split('\t')))
            {
                verdicts.Add(fields[0], fields[1]);
            }

            return verdicts;
        }
    }

    [Theory]
    [MemberData(nameof(Verdicts))]
    public void Every_hostile_or_odd_file_gets_its_verdict(string file, string verdict)
    {
        var path = Repository.Data("Tensors", file);

        var failure = Record.Exception(() => SafetensorsHeaderReader.Read(path, Path.GetFileName(file)));

        if (verdict == "ok")
        {
            Assert.Null(failure);
        }
        else
        {
            var diagnostic = Assert.IsType<MergeOpsException>(failure).Diagnostic;
            Assert.Equal(verdict, diagnostic.Code.Id);
            Assert.Equal(FailureKind.Input, diagnostic.Code.Kind);
            Assert.Equal(path, diagnostic.Span?.Path);
        }
    }

    [Fact]
    public void No_file_of_the_data_is_without_a_verdict() =>
        Assert.Equal(
            Directory.EnumerateFiles(Repository.Data("Tensors"), "*.safetensors", SearchOption.AllDirectories)
                .Select(path => Path.GetRelativePath(Repository.Data("Tensors"), path).Replace('\\', '/'))
                .Order(StringComparer.Ordinal),
            Verdicts.Select(row => row.Data.Item1).Order(StringComparer.Ordinal));

    [Theory]
    // header length
    [InlineData("MOPS306", "{}", 0, 1UL << 63)]
    [InlineData("MOPS306", "{}", 0, ulong.MaxValue)]
    [InlineData("MOPS306", "{}", 0, 0x0200_0000_0000_0000UL)]
    [InlineData("MOPS305", "{}", 0, 1000UL)]
    // the JSON
    [InlineData("MOPS308", "{,}")]
    [InlineData("MOPS308", "{} x")]
    [InlineData("MOPS308", "[]")]
    [InlineData("MOPS308", """{"__metadata__":{"a":"b",}}""")]
    [InlineData("MOPS308", """{"\ud800":{"dtype":"U8","shape":[0],"data_offsets":[0,0]}}""")]
    [InlineData("MOPS308", """{"\x41":{"dtype":"U8","shape":[0],"data_offsets":[0,0]}}""")]
    [InlineData("MOPS308", """{"a":{"dtype":"U8","shape":[0],"data_offsets":[0,0],"more":["\udc00"]}}""")]
    [InlineData("MOPS308", """{"a":{"dtype":"U8","shape":[0],"data_offsets":[0,0],"more":1e999}}""")]
    [InlineData("MOPS308", """{"a":{"dtype":"U8","shape":[0],"data_offsets":[0,0],"more":NaN}}""")]
    // entries
    [InlineData("MOPS309", """{"a":{}}""")]
    [InlineData("MOPS309", """{"a":{"dtype":"f32","shape":[0],"data_offsets":[0,0]}}""")]
    [InlineData("MOPS309", """{"a":{"dtype":"U8","shape":["2"],"data_offsets":[0,2]}}""", 2)]
    [InlineData("MOPS309", """{"a":{"dtype":"U8","shape":[2e0],"data_offsets":[0,2]}}""", 2)]
    [InlineData("MOPS309", """{"a":{"dtype":"U8","shape":[-1,-2],"data_offsets":[0,2]}}""", 2)]
    [InlineData("MOPS309", """{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2,2]}}""", 2)]
    [InlineData("MOPS309", """{"a":{"dtype":"U8","shape":[2],"data_offsets":[2]}}""", 2)]
    [InlineData("MOPS309", """{"a":{"dtype":"U8","shape":[2],"data_offsets":[0.0,2]}}""", 2)]
    [InlineData("MOPS309", """{"__metadata__":{"a":null}}""")]
    [InlineData("MOPS309", """{"__metadata__":["a"]}""")]
    // names that occur twice
    [InlineData("MOPS310", """{"t":{"dtype":"U8","shape":[0],"data_offsets":[0,0]},"\u0074":{"dtype":"U8","shape":[0],"data_offsets":[0,0]}}""")]
    [InlineData("MOPS310", """{"__metadata__":{},"\u005f_metadata__":{}}""")]
    [InlineData("MOPS310", """{"a":{"dtype":"U8","shape":[0],"data_offsets":[0,0],"data_offsets":[0,0]}}""")]
    [InlineData("MOPS310", """{"__metadata__":{"a":"1","\u0061":"2"}}""")]
    // places and sizes
    [InlineData("MOPS311", """{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},"b":{"dtype":"U8","shape":[2],"data_offsets":[0,2]}}""", 2)]
    [InlineData("MOPS311", """{"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]},"b":{"dtype":"U8","shape":[0],"data_offsets":[2,2]}}""", 4)]
    [InlineData("MOPS311", """{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},"b":{"dtype":"U8","shape":[0],"data_offsets":[9,9]}}""", 2)]
    [InlineData("MOPS312", """{"a":{"dtype":"U8","shape":[18446744073709551615],"data_offsets":[0,18446744073709551615]}}""", 2)]
    [InlineData("MOPS312", """{"a":{"dtype":"U8","shape":[4294967296,4294967296],"data_offsets":[0,0]}}""")]
    [InlineData("MOPS312", """{"a":{"dtype":"U8","shape":[9223372036854775809,2],"data_offsets":[0,2]}}""", 2)]
    [InlineData("MOPS312", """{"a":{"dtype":"U8","shape":[9223372036854775808,2,0],"data_offsets":[0,0]}}""")]
    [InlineData("MOPS312", """{"a":{"dtype":"U8","shape":[4611686018427387904,2,0],"data_offsets":[0,0]}}""")]
    // 12, 20 and 18 bits are no whole bytes
    [InlineData("MOPS313", """{"a":{"dtype":"F4","shape":[3],"data_offsets":[0,1]}}""", 1)]
    [InlineData("MOPS313", """{"a":{"dtype":"F4","shape":[1,5],"data_offsets":[0,3]}}""", 3)]
    [InlineData("MOPS313", """{"a":{"dtype":"F6_E2M3","shape":[3],"data_offsets":[0,2]}}""", 2)]
    [InlineData("MOPS313", """{"a":{"dtype":"F6_E3M2","shape":[1],"data_offsets":[0,0]}}""")]
    [InlineData("MOPS314", """{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]}}""", 1)]
    public void A_header_that_breaks_a_rule_is_refused(string code, string header, int dataLength = 0, ulong? claimedLength = null)
    {
        var failure = Assert.Throws<MergeOpsException>(() => Parse(SafetensorsBytes.Of(header, dataLength, claimedLength)));

        Assert.Equal(code, failure.Diagnostic.Code.Id);
    }

    [Theory]
    [InlineData("version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 12\n", "git lfs pull")]
    [InlineData("<!DOCTYPE html><html><body>Sign in</body></html>", "HTML")]
    [InlineData("\n<html>Forbidden</html>", "HTML")]
    [InlineData("GGUF\u0003\0\0\0\u0010\0\0\0", "GGUF")]
    [InlineData("PK\u0003\u0004\u0014\0\0\0\0\0archive/data.pkl", "safetensors/convert")]
    public void A_file_of_another_kind_is_called_by_its_name(string content, string hint)
    {
        var failure = Assert.Throws<MergeOpsException>(() => Parse(Encoding.Latin1.GetBytes(content)));

        Assert.Contains(hint, failure.Diagnostic.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("80027d7100580100")]
    [InlineData("8004952800000000")]
    [InlineData("80028a0a6cfc9c46f9206aa85019")]
    public void A_renamed_pickle_is_refused_as_a_pickle(string content)
    {
        var failure = Assert.Throws<MergeOpsException>(() => Parse(Convert.FromHexString(content)));

        Assert.Equal(Codes.PickleRefused, failure.Diagnostic.Code);
    }

    [Fact]
    public void A_message_names_the_tensor_and_both_numbers()
    {
        var bytes = SafetensorsBytes.Of("""{"w":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}""", 4);

        var detail = Assert.Throws<MergeOpsException>(() => Parse(bytes)).Diagnostic.Detail;

        Assert.Equal("Tensor 'w' of dtype F32 and shape [2] needs 8 bytes, its data_offsets give 4.", detail);
    }

    [Fact]
    public void A_header_tells_where_every_tensor_lies()
    {
        const string header = """{"b":{"dtype":"BF16","shape":[2,1],"data_offsets":[3,7]},"a":{"dtype":"U8","shape":[3],"data_offsets":[0,3]},"__metadata__":{"format":"pt"}}""";
        var bytes = SafetensorsBytes.Of(header, 7);

        var read = Parse(bytes);

        var start = 8 + header.Length;
        Assert.Equal(["a", "b"], read.Tensors.Select(t => t.Name));
        Assert.Equal([(long)start, start + 3], read.Tensors.Select(t => t.Offset));
        Assert.Equal([3L, 4], read.Tensors.Select(t => t.ByteLength));
        Assert.Equal([2L, 1], read.Tensors[1].Shape);
        Assert.Equal(DType.BF16, read.Tensors[1].DType);
        Assert.Equal("pt", read.Metadata["format"]);
        Assert.Equal(bytes.Length, read.File.Size);
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(bytes.AsSpan(0, start))), read.File.HeaderDigest);
    }

    [Fact]
    public void A_missing_file_is_the_authors_mistake_and_says_so()
    {
        using var folder = new TemporaryFolder();

        var failure = Assert.Throws<MergeOpsException>(() => SafetensorsHeaderReader.Read(folder["none.safetensors"], "none.safetensors"));

        Assert.Equal(Codes.ModelNotFound, failure.Diagnostic.Code);
    }

    [Fact]
    public void A_lie_about_the_length_allocates_nothing()
    {
        var bytes = SafetensorsBytes.Of("{}", claimedLength: SafetensorsHeaderReader.MaxHeaderLength);
        var before = GC.GetAllocatedBytesForCurrentThread();

        Assert.Throws<MergeOpsException>(() => Parse(bytes));

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1_000_000);
    }

    [Fact]
    public void A_misspelled_dtype_of_any_length_is_answered_at_once()
    {
        var bytes = SafetensorsBytes.Of(
            """{"a":{"dtype":"DTYPE","shape":[0],"data_offsets":[0,0]}}""".Replace("DTYPE", new string('F', 1_000_000), StringComparison.Ordinal));

        Assert.InRange(Assert.Throws<MergeOpsException>(() => Parse(bytes)).Diagnostic.Detail.Length, 1, 1000);
    }

    [Fact]
    public void Whatever_bytes_are_changed_only_one_kind_of_exception_leaves_the_reader()
    {
        const int rounds = 20_000;
        var random = new Random(1);
        byte[][] seeds =
        [
            .. Directory.EnumerateFiles(Repository.Data("Tensors", "valid")).Order(StringComparer.Ordinal).Select(File.ReadAllBytes),
        ];
        var refused = 0;
        for (var round = 0; round < rounds; round++)
        {
            var bytes = seeds[random.Next(seeds.Length)].ToArray();
            for (var flips = random.Next(1, 4); flips > 0; flips--)
            {
                bytes[random.Next(Math.Min(bytes.Length, 400))] = Mutation(random);
            }

            try
            {
                Parse(bytes.AsSpan(0, random.Next(8) == 0 ? random.Next(bytes.Length) : bytes.Length).ToArray());
            }
            catch (MergeOpsException)
            {
                refused++;
            }
        }

        Assert.InRange(refused, rounds / 10, rounds);
    }

    private static byte Mutation(Random random) =>
        random.Next(2) == 0 ? (byte)random.Next(256) : "{}[]\",:0123456789\\u-e. "u8[random.Next(23)];

    private static SafetensorsHeader Parse(byte[] bytes)
    {
        var total = SafetensorsHeaderReader.PrefixAndHeaderLength(bytes.AsSpan(0, Math.Min(8, bytes.Length)), bytes.Length, "x.safetensors");
        return SafetensorsHeaderReader.Parse(bytes.AsSpan(0, total), bytes.Length, "x.safetensors", "x.safetensors");
    }
}
