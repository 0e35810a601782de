using System.Text.RegularExpressions;
using Xunit;

namespace MergeOps.Tests.Architectures;

/// <summary>The page of families holds what its program opened, not less than the program would open.</summary>
public sealed partial class FamiliesPageTests
{
    private static readonly string Page = File.ReadAllText(Path.Combine(Repository.Root, "src", "MergeOps", "Architectures", "Families.md"));
    private static readonly string Program = File.ReadAllText(Path.Combine(Repository.Root, "build", "OpenedFamilies", "families.py"));

    [Fact]
    public void Every_family_that_the_program_makes_has_a_row()
    {
        var rows = Page.Split('\n').Where(line => line.StartsWith("| ", StringComparison.Ordinal)).Skip(1).Select(line => line.Split('|')[1].Trim()).ToList();

        var made = Named().Matches(Program).Select(match => match.Groups[1].Value)
            .Concat(Mixtures().Matches(Program).SelectMany(match => new[] { $"{match.Groups[1].Value}, experts separate", $"{match.Groups[1].Value}, experts fused" }));

        Assert.Equal(made.Order(StringComparer.Ordinal), rows.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void The_page_says_which_versions_opened_them() =>
        Assert.Matches(@"Opened with transformers 5\.\d+\.\d+, tokenizers [\d.]+, torch [\d.]+, safetensors [\d.]+\.", Page);

    [GeneratedRegex("""^(?:family|of_dense|@case)\("([^"]+)",""", RegexOptions.Multiline)]
    private static partial Regex Named();

    [GeneratedRegex("""^mixture\("([^"]+)",""", RegexOptions.Multiline)]
    private static partial Regex Mixtures();
}
