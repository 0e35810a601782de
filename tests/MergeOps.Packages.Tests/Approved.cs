using MergeOps.Tests;
using Xunit;

namespace MergeOps.Packages.Tests;

/// <summary>Compares a whole text with one that a person has looked at and committed under <c>Approved/</c>.</summary>
internal static class Approved
{
    /// <summary>With <c>MERGEOPS_APPROVE=1</c> the text of now is written into the source tree instead, to be looked at in the diff.</summary>
    public static void Matches(string actual, string name)
    {
        actual = actual.ReplaceLineEndings("\n").TrimEnd('\n') + "\n";
        if (Environment.GetEnvironmentVariable("MERGEOPS_APPROVE") == "1")
        {
            File.WriteAllText(Path.Combine(Repository.Root, "tests", "MergeOps.Packages.Tests", "Approved", name), actual);
            return;
        }

        var approved = Path.Combine(AppContext.BaseDirectory, "Approved", name);
        Assert.Equal(File.Exists(approved) ? File.ReadAllText(approved).ReplaceLineEndings("\n") : "", actual);
    }
}
