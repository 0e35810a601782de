using MergeOps.Diagnostics;
using TorchSharp;
using Xunit;

namespace MergeOps.Tests.Methods;

public sealed class RegMeanTests : TensorTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(0.5)]
    [InlineData(1)]
    public void Equal_Grams_give_the_average_whatever_alpha_is(double alpha)
    {
        var (first, second, gram) = (Double(1, 9, 70), Double(2, 9, 70), Gram(Double(3, 200, 70)));

        Assert.True(torch.allclose((first + second) / 2, Merge([first, second], [gram, gram]).With("alpha", alpha).Run(), atol: 1e-9));
    }

    [Fact]
    public void Models_with_inputs_that_share_no_direction_keep_their_outputs_on_them()
    {
        // two subspaces that are orthogonal to each other, turned at random
        var turned = torch.linalg.qr(Double(1, 70, 70)).Q;
        var (x, y) = (Double(2, 200, 30).matmul(turned[..30]), Double(3, 200, 40).matmul(turned[30..]));
        var (first, second) = (Double(4, 9, 70), Double(5, 9, 70));

        var merged = Merge([first, second], [Gram(x), Gram(y)]).With("alpha", 1).With("ridge", 1e-12).Run();

        Assert.True(torch.allclose(x.matmul(first.t()), x.matmul(merged.t()), atol: 1e-6));
        Assert.True(torch.allclose(y.matmul(second.t()), y.matmul(merged.t()), atol: 1e-6));
    }

    [Fact]
    public void The_gradient_of_what_is_minimized_is_zero()
    {
        torch.Tensor[] models = [Double(1, 9, 70), Double(2, 9, 70), Double(3, 9, 70)], grams = [Gram(Double(4, 200, 70)), Gram(Double(5, 90, 70)), Gram(Double(6, 71, 70))];

        var merged = Merge(models, grams).With("alpha", 1).With("ridge", 0).WithEach("weight", 1, 2, 0.5).Run();

        // Σ λ (W − Wᵢ) Gᵢ
        var gradient = models.Zip(grams, new[] { 1, 2, 0.5 }).Select(model => (merged - model.First).matmul(model.Second) * model.Third).Aggregate((one, other) => one + other);
        Assert.True(gradient.abs().max().item<double>() < 1e-10, $"{gradient.abs().max().item<double>()}");
    }

    [Fact]
    public void Without_off_diagonal_entries_each_input_counts_by_its_mean_square()
    {
        torch.Tensor[] models = [Double(1, 9, 70), Double(2, 9, 70)], grams = [Gram(Double(4, 200, 70)), Gram(Double(5, 90, 70))];

        var merged = Merge(models, grams).With("alpha", 0).With("ridge", 0).Run();

        var (one, other) = (grams[0].diagonal(), grams[1].diagonal());
        Assert.True(torch.allclose(((models[0] * one) + (models[1] * other)) / (one + other), merged, atol: 1e-10));
    }

    [Fact]
    public void It_is_what_a_general_solver_finds()
    {
        torch.Tensor[] models = [Double(1, 130, 200), Double(2, 130, 200)], grams = [Gram(Double(4, 500, 200)), Gram(Double(5, 300, 200))];

        var merged = Merge(models, grams).With("alpha", 0.9).With("ridge", 1e-3).Run();

        var relaxed = Array.ConvertAll(grams, gram => (0.9 * gram) + (0.1 * gram.diagonal().diag()) + (1e-3 * gram.diagonal().mean() * torch.eye(200, dtype: torch.float64)));
        var right = models[0].matmul(relaxed[0]) + models[1].matmul(relaxed[1]);
        Assert.True(torch.allclose(torch.linalg.solve((relaxed[0] + relaxed[1]).t(), right.t()).t(), merged, atol: 1e-9));
    }

    [Fact]
    public void One_model_is_given_back() => AssertEqual(Normal(1, 9, 70), Merge([Normal(1, 9, 70)], [Gram(Double(2, 80, 70))]).Run());

    [Fact]
    public void Weights_of_few_bits_are_solved_in_float64()
    {
        torch.Tensor[] models = [Double(1, 9, 70).bfloat16(), Double(2, 9, 70).bfloat16()], grams = [Gram(Double(4, 200, 70)), Gram(Double(5, 90, 70))];

        var merged = Merge(models, grams).Run();

        Assert.True(torch.allclose(Merge([.. models.Select(model => model.to(torch.float64))], grams).Run(), merged.to(torch.float64), atol: 1e-6));
    }

    [Fact]
    public void An_expert_counts_by_the_tokens_that_reached_it()
    {
        var (first, second, gram) = (Double(1, 9, 70), Double(2, 9, 70), Gram(Double(3, 200, 70)));

        var merged = (Merge([first, second], [gram, gram]) with { TokenShares = [0.75, 0.25] }).Run();
        var alone = (Merge([first, second], [gram, gram]) with { TokenShares = [0.75, 0] }).Run();

        Assert.True(torch.allclose((0.75 * first) + (0.25 * second), merged, atol: 1e-9));
        AssertEqual(first, alone);
    }

    [Fact]
    public void An_expert_that_no_token_reached_anywhere_is_averaged() => Assert.True(torch.allclose(
        (Double(1, 9, 70) + Double(2, 9, 70)) / 2,
        (Merge([Double(1, 9, 70), Double(2, 9, 70)], [Gram(Double(3, 80, 70)), Gram(Double(3, 80, 70))]) with { TokenShares = [0, 0] }).Run(),
        atol: 1e-12));

    [Fact]
    public void Inputs_that_were_never_seen_are_refused_without_a_ridge()
    {
        var gram = torch.zeros(3, 3, torch.float64);
        gram[0, 0] = 1;

        var refusal = Assert.Throws<MergeOpsException>(() => Merge([Double(1, 2, 3), Double(2, 2, 3)], [gram, gram]).With("ridge", 0).Run());

        Assert.Equal("MOPS274", refusal.Diagnostic.Code.Id);
        Assert.Contains("ridge", refusal.Diagnostic.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void A_tensor_without_statistics_is_the_weighted_average() =>
        AssertValues([3, 3], new InMemoryMerge("regmean") { Models = [Vector(0, 0), Vector(4, 4)] }.WithEach("weight", 1, 3).Run());

    private static InMemoryMerge Merge(torch.Tensor[] models, torch.Tensor[] grams) => new InMemoryMerge("regmean") { Models = [.. models], Statistics = [.. grams] };

    private static torch.Tensor Double(ulong seed, params long[] shape) => Normal(seed, shape).to(torch.float64);

    private static torch.Tensor Gram(torch.Tensor tokens) => tokens.t().matmul(tokens).div(tokens.shape[0]);
}
