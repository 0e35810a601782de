using MergeOps.Pipeline.Stages;
using Xunit;

namespace MergeOps.Tests.Pipeline.Stages;

public sealed class PlanningCodeTests
{
    [Fact]
    public void What_is_run_for_nothing_finds_nothing_to_complain_of() => Assert.Null(Record.Exception(PlanningCode.Rehearse));
}
