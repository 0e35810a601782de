using MergeOps.Pipeline;
using MergeOps.Tests.Evaluation;
using Xunit;

namespace MergeOps.Tests.Pipeline;

public sealed class RunFolderTests
{
    [Fact]
    public void What_passed_for_the_bytes_of_one_machine_has_not_passed_for_those_of_another()
    {
        var recipe = SmallEvaluation.Recipe() with { Evaluate = null };

        Assert.Equal(RunFolder.InputsOf(recipe, new string('a', 64), null, null), RunFolder.InputsOf(recipe, new string('a', 64), null, null));
        Assert.NotEqual(RunFolder.InputsOf(recipe, new string('a', 64), null, null), RunFolder.InputsOf(recipe, new string('b', 64), null, null));
    }
}
