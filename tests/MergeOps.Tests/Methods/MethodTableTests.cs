using System.Globalization;
using MergeOps.Methods.Contract;
using Xunit;

namespace MergeOps.Tests.Methods;

public sealed class MethodTableTests
{
    private const string Start = "<!-- methods, generated from the declarations -->\n";
    private const string End = "<!-- /methods -->\n";

    /// <summary>With <c>MERGEOPS_APPROVE=1</c> the table of now is written instead, to be looked at in the diff.</summary>
    [Fact]
    public void The_table_of_methods_says_what_the_declarations_say()
    {
        var path = Path.Combine(Repository.Root, "src", "MergeOps", "Methods", "README.md");
        var page = File.ReadAllText(path).ReplaceLineEndings("\n");
        var renewed = page[..(page.IndexOf(Start, StringComparison.Ordinal) + Start.Length)] + "\n" + Table() + "\n" + page[page.IndexOf(End, StringComparison.Ordinal)..];
        if (Environment.GetEnvironmentVariable("MERGEOPS_APPROVE") == "1")
        {
            File.WriteAllText(path, renewed);
            return;
        }

        Assert.Equal(renewed, page);
    }

    private static string Table() =>
        "| method | what it does | models beside the base | uses a base |\n|---|---|---|---|\n"
        + string.Concat(MethodCatalogue.Default.Methods.Select(method =>
            $"| [`{method.Name}`]({method.GetType().Name}.md) | {method.Summary} | {Models(method)} | {Base(method)} |\n"));

    private static string Models(MergeMethod method) => (method.MinModels, method.MaxModels) switch
    {
        (var least, int.MaxValue) => $"{least} or more",
        var (least, most) when least == most => least.ToString(CultureInfo.InvariantCulture),
        var (least, most) => $"{least} to {most}",
    };

    private static string Base(MergeMethod method) => method.BaseModel switch
    {
        BaseModelRule.Required => "yes",
        BaseModelRule.Optional => "optional",
        _ => "no",
    };
}
