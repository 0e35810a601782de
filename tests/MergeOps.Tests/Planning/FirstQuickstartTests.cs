using MergeOps.Pipeline.Stages;
using Xunit;

namespace MergeOps.Tests.Planning;

/// <summary>The quickstart as it was first published: its lock and the header of its models, which differ in their weights alone.</summary>
public sealed class FirstQuickstartTests : IDisposable
{
    // what its pull request showed, and what people approved
    private const string Approved = "eb492dffe0233819db4ae6bab083c43b46312004abcaf6ff73ee893a3e9b9498";
    private const long SizeOfWeights = 866_040;

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Its_plan_keeps_the_digest_that_was_approved()
    {
        var first = Repository.Data("Planning", "first-quickstart");
        foreach (var file in Directory.EnumerateFiles(first))
        {
            folder.Write(Path.GetFileName(file), File.ReadAllBytes(file));
        }

        foreach (var model in (string[])["base", "opposites", "sounds", "colours"])
        {
            foreach (var file in Directory.EnumerateFiles(Path.Combine(first, "model")))
            {
                folder.Write(Path.Combine(model, Path.GetFileName(file)), File.ReadAllBytes(file));
            }

            using var weights = File.OpenWrite(folder[Path.Combine(model, "model.safetensors")]);
            weights.SetLength(SizeOfWeights);
        }

        var (planned, found) = PlanMerge.Run(TestEnvironment.OfThisProcess, folder["recipe.yml"]);

        Assert.True(planned is not null, string.Join("\n", found));
        Assert.Equal(Approved, planned.Plan.Digest);
    }
}
