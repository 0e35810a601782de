using MergeOps.Methods.Contract;
using Xunit;

namespace MergeOps.Tests.Methods;

public sealed class MethodPageTests
{
    private static readonly string[] Sections =
        ["## Formula", "## Parameters", "## What articles say", "## Differences from mergekit", "## Reference"];

    public static TheoryData<string> Methods => [.. MethodCatalogue.Default.Names];

    [Fact]
    public void Every_class_of_a_method_has_a_page_by_which_it_is_found() => Assert.Equal(
        typeof(MergeMethod).Assembly.GetTypes()
            .Where(type => type.Namespace == $"{nameof(MergeOps)}.{nameof(MergeOps.Methods)}" && type.IsSubclassOf(typeof(MergeMethod)) && !type.IsAbstract)
            .Select(type => type.FullName).Order(StringComparer.Ordinal),
        MethodCatalogue.Default.Methods.Select(method => method.GetType().FullName).Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(Methods))]
    public void Every_method_has_a_page_with_its_sections(string name)
    {
        var method = MethodCatalogue.Default.Find(name)!;

        var page = MethodPage.Of(method);

        Assert.StartsWith($"# {method.Title}\n\n`merge_method: {name}`\n", page, StringComparison.Ordinal);
        Assert.Equal(Sections, page.Split('\n').Where(line => line.StartsWith("## ", StringComparison.Ordinal)));
        Assert.DoesNotContain("<!--", page, StringComparison.Ordinal);
    }

    /// <summary>When this fails, the expected text is what the page's file should hold.</summary>
    [Theory]
    [MemberData(nameof(Methods))]
    public void The_table_of_parameters_is_that_of_the_declarations(string name)
    {
        var method = MethodCatalogue.Default.Find(name)!;

        Assert.Equal(MethodPage.Renewed(method), MethodPage.Folder.PageOf(method));
    }

    [Fact]
    public void Every_post_processor_has_a_page_with_the_table_of_its_parameters()
    {
        Assert.NotEmpty(MethodCatalogue.PostProcessors);
        Assert.All(MethodCatalogue.PostProcessors, processor =>
        {
            Assert.StartsWith($"# {processor.Title}\n\n`post: [{processor.Name}]`\n", MethodPage.Of(processor), StringComparison.Ordinal);
            Assert.Equal(MethodPage.Renewed(processor), MethodPage.OfPostProcessors.PageOf(processor));
            Assert.Matches("^[a-z0-9_]+$", processor.Name);
            Assert.All(processor.Parameters, parameter => Assert.Equal(ParameterScope.Method, parameter.Scope));
        });
    }

    [Fact]
    public void The_page_shows_each_parameter_with_its_default()
    {
        var page = MethodPage.Of(MethodCatalogue.Default.Find("ties")!);

        Assert.Contains("| `density` | each model | 1 | numbers from 0 to 1 |", page, StringComparison.Ordinal);
        Assert.Contains("| `weight` | each model | required | numbers |", page, StringComparison.Ordinal);
        Assert.Contains("| `rescale` | the method | false | true, false, inverse_density |", page, StringComparison.Ordinal);
    }
}
