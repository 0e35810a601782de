using Xunit;

namespace MergeOps.Tests;

/// <summary>Compares a whole text with one that a person has looked at and committed under <c>Data/</c>.</summary>
internal static class Approved
{
    /// <summary>With <c>MERGEOPS_APPROVE=1</c> the text of now is written into the source tree instead, to be looked at in the diff.</summary>
    public static void Matches(string actual, params string[] approved)
    {
        if (Environment.GetEnvironmentVariable("MERGEOPS_APPROVE") == "1")
        {
            File.WriteAllText(Path.Combine([Repository.Root, "tests", "MergeOps.Tests", "Data", .. approved]), actual);
            return;
        }

        Assert.Equal(File.ReadAllText(Repository.Data(approved)), actual);
    }
}
