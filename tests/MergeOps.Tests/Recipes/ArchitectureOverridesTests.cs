using MergeOps.Diagnostics;
using Xunit;

namespace MergeOps.Tests.Recipes;

/// <summary>Mistakes in <c>architecture_overrides</c> that the text alone shows.</summary>
public sealed class ArchitectureOverridesTests
{
    [Theory]
    [InlineData("[]", "Error MOPS112 1,25", "tensors, layers, names")]
    [InlineData("{roles: []}", "Error MOPS107 1,26", "'roles'")]
    [InlineData("{tensors: [{tensor: a.b}]}", "Error MOPS109 1,36", "One of role, copy_of, place is needed")]
    [InlineData("{tensors: [{role: head}]}", "Error MOPS109 1,36", "'tensor'")]
    [InlineData("{tensors: [{tensor: a.b, role: heads}]}", "Error MOPS115 1,56", "Did you mean 'head'?")]
    [InlineData("{tensors: [{tensor: a..b, role: head}]}", "Error MOPS112 1,45", "without a dot at its beginning or end")]
    [InlineData("{tensors: [{tensor: a.N, copy_of: b}]}", "Error MOPS112 1,59", "needs N as often as 'tensor' has it (1)")]
    [InlineData("{tensors: [{tensor: a, copy_of: a}]}", "Error MOPS447 1,57", "not a copy of itself")]
    [InlineData("{tensors: [{tensor: a, copy_of: b, role: head}]}", "Error MOPS110 1,66", "leave out 'role: head'")]
    [InlineData("{names: [{model: acme/math-8b, from: a, to: b}]}", "Error MOPS115 1,42", "Did you mean 'acme/math-7b'?")]
    [InlineData("{names: [{model: acme/math-7b, from: a.N, to: b}]}", "Error MOPS112 1,71", "as 'from' has it (1)")]
    [InlineData("{names: [{model: acme/math-7b, from: a, to: []}]}", "Error MOPS109 1,69", "'to' is empty")]
    public void A_mistake_is_reported_at_its_place(string overrides, string place, string said)
    {
        var (recipe, found) = RecipeText.Read(
            $"architecture_overrides: {overrides}\nmerge_method: ties\nparameters: {{weight: 1}}\nmodels:\n  - model: acme/math-7b\nbase_model: acme/base-7b\n");

        Assert.Null(recipe);
        var error = Assert.Single(found, finding => finding.Severity is Severity.Error);
        Assert.Equal(place, RecipeText.Places([error]).Single());
        Assert.Contains(said, error.Detail, StringComparison.Ordinal);
    }
}
