using Xunit;

namespace MergeOps.Tests.Methods;

public sealed class BreadcrumbsTiesTests : TensorTests
{
    [Fact]
    public void Sums_what_agrees_after_cutting()
    {
        var merge = new InMemoryMerge("breadcrumbs_ties") { Base = Vector(0, 0, 0, 0), Models = [Vector(9, 2, 1, 3), Vector(1, 3, 8, -2)] }
            .WithEach("weight", 1, 1).WithEach("density", 0.5, 0.5).WithEach("gamma", 0.25, 0.25);

        // 0, 2, 0, 3 and 0, 3, 0, -2 are left
        AssertValues([0, 5, 0, 3], merge.Run());
    }
}
