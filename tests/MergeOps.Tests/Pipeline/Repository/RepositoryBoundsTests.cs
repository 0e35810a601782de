using MergeOps.Diagnostics;
using MergeOps.Pipeline.Repository;
using MergeOps.Pipeline.Stages;
using Xunit;

namespace MergeOps.Tests.Pipeline.Repository;

public sealed class RepositoryBoundsTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public RepositoryBoundsTests()
    {
        Directory.CreateDirectory(folder["repository/recipes/inside"]);
        Directory.CreateDirectory(folder["repository/models"]);
        Directory.CreateDirectory(folder["elsewhere/model"]);
        Directory.CreateDirectory(folder["elsewhere-too"]);
    }

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("./inside")]
    [InlineData("../models")]
    [InlineData("../recipes/../models")]
    [InlineData("org/name")]
    public void What_lies_in_the_repository_or_on_the_hub_is_free(string model) => Assert.Empty(Refused(model));

    [Theory]
    [InlineData("../../elsewhere/model")]
    [InlineData("inside/../../../elsewhere/model")]
    [InlineData("ABSOLUTE/elsewhere/model")]
    [InlineData("ABSOLUTE/repository/models")]
    public void What_leads_out_or_is_absolute_is_refused(string model) => Assert.Equal([Absolute(model)], Refused(model));

    [Theory]
    [InlineData("./link")]
    [InlineData("./inside/../link")]
    [InlineData("./folder/model")]
    public void A_link_out_of_the_repository_is_refused(string model)
    {
        File.CreateSymbolicLink(folder["repository/recipes/link"], folder["elsewhere/model"]);
        File.CreateSymbolicLink(folder["repository/recipes/folder"], folder["elsewhere"]);

        Assert.Equal([model], Refused(model));
    }

    [Theory]
    [InlineData("../models+../../elsewhere/model", "../../elsewhere/model")]
    [InlineData("org/name+./inside+../../elsewhere/model", "../../elsewhere/model")]
    [InlineData("../../elsewhere/model+org/lora", "../../elsewhere/model")]
    public void An_adapter_leads_out_like_a_model(string model, string beyond) => Assert.Equal([beyond], Refused(model));

    [Fact]
    public void A_link_within_the_repository_is_free()
    {
        File.CreateSymbolicLink(folder["repository/recipes/link"], "../models");

        Assert.Empty(Refused("./link"));
    }

    [Fact]
    public void Folders_that_the_settings_list_are_allowed_and_named_and_their_namesakes_are_not()
    {
        var allowed = new RepositorySettings { OutsideFolders = [folder["elsewhere"]] };

        Assert.Empty(Refused("ABSOLUTE/elsewhere/model", allowed));
        Assert.Equal([folder["elsewhere/model"]], Bounds(allowed).Outside(Read("ABSOLUTE/elsewhere/model")));
        Assert.Equal([folder["elsewhere-too"]], Refused("ABSOLUTE/elsewhere-too", allowed));
        Assert.Equal([folder["elsewhere/../elsewhere-too"]], Refused("ABSOLUTE/elsewhere/../elsewhere-too", allowed));
    }

    private string Absolute(string path) => path.Replace("ABSOLUTE", folder.Path, StringComparison.Ordinal);

    private RepositoryBounds Bounds(RepositorySettings settings) => new(folder["repository"], settings);

    private IEnumerable<string> Refused(string model, RepositorySettings? settings = null)
    {
        DiagnosticBag found = [];
        Bounds(settings ?? RepositorySettings.Default).Check(Read(model), found);
        return found.Select(finding => finding.Detail.Split('\'')[1]);
    }

    private MergeOps.Recipes.Recipe Read(string model)
    {
        File.WriteAllText(folder["repository/recipes/recipe.yml"], $"merge_method: linear\nmodels: [{{ model: {Absolute(model)}, parameters: {{ weight: 1 }} }}, {{ model: org/other, parameters: {{ weight: 1 }} }}]\n");
        var (recipe, found) = ReadRecipe.Run(folder["repository/recipes/recipe.yml"]);
        Assert.False(found.HasErrors, string.Join('\n', found.Select(finding => finding.Detail)));
        return recipe!;
    }
}
