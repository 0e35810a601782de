using System.Text.RegularExpressions;
using MergeOps.Diagnostics;
using MergeOps.Methods.Contract;
using Xunit;

namespace MergeOps.Tests;

public sealed class ReadmeTests
{
    private static readonly string Readme = File.ReadAllText(Path.Combine(Repository.Root, "README.md"));

    [Fact]
    public void Every_method_has_its_row_with_its_own_summary() =>
        Assert.All(MethodCatalogue.Default.Methods, method =>
            Assert.Contains(Readme.Split('\n'), line =>
                line.StartsWith($"| [`{method.Name}`](", StringComparison.Ordinal) && line.Contains($"| {method.Summary} |", StringComparison.Ordinal)));

    [Fact]
    public void Every_link_into_the_repository_leads_somewhere() =>
        Assert.All(
            Regex.Matches(Readme, @"\]\(([^):#]+)\)", RegexOptions.None, TimeSpan.FromSeconds(1)),
            link => Assert.True(Path.Exists(Path.Combine(Repository.Root, link.Groups[1].Value)), link.Value));

    [Fact]
    public void Every_failure_has_its_exit_code() =>
        Assert.All(Enum.GetValues<FailureKind>(), kind => Assert.Contains($"| {(int)kind} |", Readme, StringComparison.Ordinal));
}
