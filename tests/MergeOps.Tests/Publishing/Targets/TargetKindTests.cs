using MergeOps.Diagnostics;
using MergeOps.Publishing;
using MergeOps.Tests.Evaluation;
using Xunit;

namespace MergeOps.Tests.Publishing.Targets;

public sealed class TargetKindTests
{
    [Fact]
    public void Every_class_of_a_kind_has_a_page_by_which_it_is_found() => Assert.Equal(
        typeof(TargetKind).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(TargetKind)) && !type.IsAbstract).Select(type => type.FullName).Order(StringComparer.Ordinal),
        TargetKind.All.Select(kind => kind.GetType().FullName).Order(StringComparer.Ordinal));

    [Fact]
    public void A_page_shows_how_a_recipe_and_a_caller_name_the_place() => Assert.All(TargetKind.All, kind =>
    {
        var page = File.ReadAllText(Path.Combine(Repository.Root, "src", "MergeOps", "Publishing", "Targets", kind.GetType().Name + ".md"));

        Assert.Contains($"publish: {{ {kind.Name}: ", page, StringComparison.Ordinal);
        Assert.Contains($"`--to {kind.Name}:{kind.Form}`", page, StringComparison.Ordinal);
    });

    [Fact]
    public void The_callers_place_goes_before_the_recipes()
    {
        var recipe = SmallEvaluation.Recipe() with { Publish = new(TargetKind.All.Single(kind => kind.Name == "folder"), SmallEvaluation.At("out"), SmallEvaluation.Anywhere) };

        Assert.Equal(TargetKind.Find(recipe, "folder:" + Path.GetFullPath("/nowhere/out")), TargetKind.Find(recipe, to: null));
        Assert.NotEqual(TargetKind.Find(recipe, "hub:owner/name"), TargetKind.Find(recipe, to: null));
        Assert.NotEqual(TargetKind.Find(recipe, to: null), TargetKind.Find(recipe, to: null)!.PreviewOf(7));
        Assert.Null(TargetKind.Find(recipe with { Publish = null }, to: null));
    }

    [Theory]
    [InlineData("out", "'out'; the targets are folder:DIR and hub:OWNER/NAME.")]
    [InlineData("folder:", "'folder:'; the targets are folder:DIR and hub:OWNER/NAME.")]
    [InlineData("s3:bucket", "'s3:bucket'; the targets are folder:DIR and hub:OWNER/NAME.")]
    [InlineData("hub:name", "'name' is not a repository on the Hub. Names have the form OWNER/NAME, with letters, digits, '-', '_' and '.'.")]
    [InlineData("hub:https://huggingface.co/acme/x", "'https://huggingface.co/acme/x' is not a repository on the Hub. Write 'acme/x'.")]
    [InlineData("hub:acme/x@next", "'acme/x@next' is not a repository on the Hub. Write 'acme/x', and name the branch under 'branch'.")]
    public void A_place_of_no_kind_is_refused_with_the_kinds_that_there_are(string to, string detail) =>
        Assert.Equal(detail, Assert.Throws<MergeOpsException>(() => TargetKind.Find(SmallEvaluation.Recipe(), to)).Diagnostic.Detail);

    [Fact]
    public void A_place_that_nobody_names_is_asked_for_in_every_form() => Assert.Equal(
        "Give the recipe 'publish: { folder: DIR }' or 'publish: { hub: OWNER/NAME }', or name one with --to.",
        Assert.Throws<MergeOpsException>(() => TargetKind.Require(SmallEvaluation.Recipe(), null, "--to")).Diagnostic.Detail);
}
