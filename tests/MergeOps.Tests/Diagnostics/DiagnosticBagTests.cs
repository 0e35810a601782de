using MergeOps.Diagnostics;
using Xunit;

namespace MergeOps.Tests.Diagnostics;

public sealed class DiagnosticBagTests
{
    /// <summary>A data file of two tasks is read twice.</summary>
    [Fact]
    public void What_is_found_twice_at_one_place_is_one_finding()
    {
        var (place, other) = (new SourceSpan("pairs.jsonl", 2, 1, 2, 1), new SourceSpan("pairs.jsonl", 3, 1, 3, 1));
        DiagnosticBag found = [];
        foreach (var span in new[] { place, other, place })
        {
            found.Error(Codes.TaskItemMalformed, "The item has no 'score'.", span);
        }

        found.Warning(Codes.TaskItemMalformed, "The item has no 'score'.", place);

        Assert.Equal([(2, Severity.Error), (2, Severity.Warning), (3, Severity.Error)], found.Select(finding => (finding.Span!.Value.Line, finding.Severity)));
    }
}
