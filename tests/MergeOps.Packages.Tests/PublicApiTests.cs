using System.Reflection;
using MergeOps.Methods.Contract;
using PublicApiGenerator;
using Xunit;

namespace MergeOps.Packages.Tests;

public sealed class PublicApiTests
{
    [Fact]
    public void What_users_of_the_library_can_call_is_approved() =>
        Approved.Matches(ApiOf(typeof(MergeMethod).Assembly), "MergeOps.api.txt");

    [Fact]
    public void The_aliases_settings_and_results_of_the_addin_are_approved() =>
        Approved.Matches(ApiOf(typeof(Cake.MergeOps.MergeOpsAliases).Assembly), "Cake.MergeOps.api.txt");

    [Fact]
    public void The_parameters_of_the_MSBuild_tasks_are_approved() =>
        Approved.Matches(ApiOf(typeof(MSBuild.MergeOpsTask).Assembly), "MergeOps.MSBuild.api.txt");

    private static string ApiOf(Assembly assembly) => assembly.GeneratePublicApi(new ApiGeneratorOptions
    {
        IncludeAssemblyAttributes = false,
    });
}
