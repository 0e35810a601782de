using MergeOps.Tokenizers.Components;
using Xunit;

namespace MergeOps.Tests.Tokenizers;

public sealed class EncodingPageTests
{
    [Fact]
    public void The_page_tells_every_component() => Assert.Contains(
        ComponentPage.Table(), File.ReadAllText(Path.Combine(Repository.Root, "src", "MergeOps", "Tokenizers", "Encoding.md")).ReplaceLineEndings("\n"), StringComparison.Ordinal);

    [Fact]
    public void Every_component_of_the_library_is_known()
    {
        string[] normalizers = ["BertNormalizer", "ByteLevel", "Lowercase", "NFC", "NFD", "NFKC", "NFKD", "Nmt", "Precompiled", "Prepend", "Replace", "Sequence", "Strip", "StripAccents"];
        string[] preTokenizers =
        [
            "BertPreTokenizer", "ByteLevel", "CharDelimiterSplit", "Digits", "FixedLength", "Metaspace", "Punctuation", "Sequence", "Split", "UnicodeScripts", "Whitespace",
            "WhitespaceSplit",
        ];
        string[] models = ["BPE", "Unigram", "WordLevel", "WordPiece"];
        string[] postProcessors = ["BertProcessing", "ByteLevel", "RobertaProcessing", "Sequence", "TemplateProcessing"];
        string[] decoders = ["BPEDecoder", "ByteFallback", "ByteLevel", "CTC", "Fuse", "Metaspace", "Replace", "Sequence", "Strip", "WordPiece"];

        string[][] known = [normalizers, preTokenizers, models, postProcessors, decoders];
        Assert.Equal(known, ComponentKind.All.Select(kind => kind.Exact.Keys.Concat(kind.Refused.Select(refused => refused.Type)).Order(StringComparer.Ordinal).ToArray()));
    }
}
