using MergeOps.Diagnostics;
using MergeOps.Tensors;
using Xunit;

namespace MergeOps.Tests.Tensors;

/// <summary>The larger collection of hostile and odd models beside the repository, with its own manifest.</summary>
public sealed class SharedBadInputsTests : IDisposable
{
    private static readonly string Inputs = Path.Combine(Repository.Shared, "badinputs");

    private readonly TemporaryFolder folder = new();

    /// <summary>Each path of the manifest with what it expects; one empty row where the folder is absent.</summary>
    public static TheoryData<string, string> Manifest
    {
        get
        {
            var rows = new TheoryData<string, string>();
            foreach (var fields in Table("manifest.tsv"))
            {
                rows.Add(fields[0], fields[2]);
            }

            if (rows.Count == 0)
            {
                rows.Add("", "");
            }

            return rows;
        }
    }

    public void Dispose() => folder.Dispose();

    [Theory]
    [MemberData(nameof(Manifest))]
    public void Every_input_gets_the_verdict_of_its_manifest(string input, string expected)
    {
        Assert.SkipWhen(input.Length == 0, $"{Inputs} is absent");
        var path = Copied(input);

        var failure = Record.Exception(() => CheckpointReader.Open(path, new DiagnosticBag()));

        if (expected == "accept" || (expected == "either" && failure is null))
        {
            Assert.Null(failure);
            return;
        }

        var diagnostic = Assert.IsType<MergeOpsException>(failure).Diagnostic;
        Assert.Equal(FailureKind.Input, diagnostic.Code.Kind);
        Assert.StartsWith("MOPS3", diagnostic.Code.Id, StringComparison.Ordinal);
        Assert.NotNull(diagnostic.Span);
    }

    private string Copied(string input)
    {
        if (!input.EndsWith('/'))
        {
            return Path.Combine(Inputs, input);
        }

        folder.CopyFrom(Path.Combine(Inputs, input));
        foreach (var fields in Table("links.tsv").Where(fields => fields[0].StartsWith(input, StringComparison.Ordinal)))
        {
            File.CreateSymbolicLink(folder[fields[0][input.Length..]], fields[1]);
        }

        return folder.Path;
    }

    private static IEnumerable<string[]> Table(string name)
    {
        var path = Path.Combine(Inputs, name);
        return File.Exists(path) ? File.ReadLines(path).Skip(1).Select(line => line.Split('\t')) : [];
    }
}
