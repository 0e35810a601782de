using MergeOps.Diagnostics;
using MergeOps.Tokenizers;
using Xunit;

namespace MergeOps.Tests.Tokenizers;

public sealed class VocabularyPageTests
{
    private static readonly string Page = File.ReadAllText(Path.Combine(Repository.Root, "src", "MergeOps", "Tokenizers", "Vocabularies.md"));

    [Fact]
    public void The_page_tells_every_finding_with_its_summary()
    {
        DiagnosticCode[] codes =
        [
            Codes.TokensRenamed, Codes.VocabularyExtended, Codes.VocabulariesMismatch, Codes.TextsSplitDifferently, Codes.VocabulariesNotCompared, Codes.RowsMissing,
            Codes.EmbeddingAndHeadDiffer, Codes.TokenizerNotMade, Codes.OrdinaryTokensAdded, Codes.TokensWithoutRow, Codes.TokenSourceMissing,
        ];

        Assert.All(codes, code => Assert.Contains($"| `{code.Id}` | {code.Summary} |", Page, StringComparison.Ordinal));
    }

    [Fact]
    public void The_page_names_every_template() =>
        Assert.Contains($"a built-in name ({string.Join(", ", BuiltInTemplates.Names.Select(name => $"`{name}`"))})", Page, StringComparison.Ordinal);

    [Fact]
    public void The_page_names_the_files_in_the_order_in_which_they_are_looked_for()
    {
        string[] files = ["tokenizer.model", "vocab.txt", "vocab.json", "tokenizer.json"];

        Assert.Equal(["tokenizer.json", "vocab.json", "vocab.txt", "tokenizer.model"], files.Order(Comparer<string>.Create((first, second) => TokenizerFiles.SourceAmong([first, second]) == first ? -1 : 1)));
        Assert.Contains("From `tokenizer.json`, else `vocab.json`, else `vocab.txt`, else `tokenizer.model`", Page, StringComparison.Ordinal);
    }
}
