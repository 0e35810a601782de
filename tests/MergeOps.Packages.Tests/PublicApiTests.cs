using MergeOps.Methods.Contract;
using PublicApiGenerator;
using Xunit;

namespace MergeOps.Packages.Tests;

public sealed class PublicApiTests
{
    [Fact]
    public void What_users_of_the_library_can_call_is_approved() =>
        Approved.Matches(typeof(MergeMethod).Assembly.GeneratePublicApi(new ApiGeneratorOptions { IncludeAssemblyAttributes = false }), "MergeOps.api.txt");
}
