using MergeOps.Architectures.Lora;
using Xunit;

namespace MergeOps.Tests.Architectures;

public sealed class AdapterPageTests
{
    private const string Start = "<!-- keys, generated from the code that decides them -->\n";
    private const string End = "<!-- /keys -->\n";

    /// <summary>With <c>MERGEOPS_APPROVE=1</c> the table of now is written instead, to be looked at in the diff.</summary>
    [Fact]
    public void The_table_of_keys_is_what_the_code_decides()
    {
        var path = Path.Combine(Repository.Root, "src", "MergeOps", "Architectures", "Lora", "Adapters.md");
        var page = File.ReadAllText(path).ReplaceLineEndings("\n");
        var (start, end) = (page.IndexOf(Start, StringComparison.Ordinal) + Start.Length, page.IndexOf(End, StringComparison.Ordinal));
        var renewed = page[..start] + "\n" + LoraPage.Table() + "\n" + page[end..];
        if (Environment.GetEnvironmentVariable("MERGEOPS_APPROVE") == "1")
        {
            File.WriteAllText(path, renewed);
        }

        Assert.Equal(renewed, File.ReadAllText(path).ReplaceLineEndings("\n"));
    }
}
