using MergeOps.Diagnostics;
using MergeOps.Methods.Contract;
using PublicApiGenerator;
using Xunit;

namespace MergeOps.Packages.Tests;

public sealed class PublicApiTests
{
    // each new diagnostic adds a code; its number is what users rely on, and that never changes
    private static readonly Type[] Growing = [typeof(Codes)];

    [Fact]
    public void What_users_of_the_library_can_call_is_approved() => Approved.Matches(
        typeof(MergeMethod).Assembly.GeneratePublicApi(new ApiGeneratorOptions
        {
            IncludeAssemblyAttributes = false,
            IncludeTypes = [.. typeof(MergeMethod).Assembly.GetExportedTypes().Except(Growing)],
        }),
        "MergeOps.api.txt");
}
