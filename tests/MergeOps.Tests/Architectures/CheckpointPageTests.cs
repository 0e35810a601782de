using MergeOps.Architectures;
using Xunit;

namespace MergeOps.Tests.Architectures;

public sealed class CheckpointPageTests
{
    private const string Start = "<!-- kinds, generated from the code that decides them -->\n";
    private const string End = "<!-- /kinds -->\n";

    /// <summary>With <c>MERGEOPS_APPROVE=1</c> the table of now is written instead, to be looked at in the diff.</summary>
    [Fact]
    public void The_table_of_kinds_is_what_the_code_decides()
    {
        var path = Path.Combine(Repository.Root, "src", "MergeOps", "Architectures", "Checkpoints.md");
        var page = File.ReadAllText(path).ReplaceLineEndings("\n");
        var (start, end) = (page.IndexOf(Start, StringComparison.Ordinal) + Start.Length, page.IndexOf(End, StringComparison.Ordinal));
        var renewed = page[..start] + "\n" + CheckpointKinds.Table() + "\n" + page[end..];
        if (Environment.GetEnvironmentVariable("MERGEOPS_APPROVE") == "1")
        {
            File.WriteAllText(path, renewed);
        }

        Assert.Equal(renewed, File.ReadAllText(path).ReplaceLineEndings("\n"));
    }
}
