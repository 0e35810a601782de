namespace MergeOps.Methods.Contract;

/// <summary>What is known about one model's statistics in addition to the numbers for a tensor.</summary>
/// <param name="IsMeasured">Whether there are numbers for the tensor; not where no token reached it (an expert of a mixture).</param>
/// <param name="RootMeanSquare">The root mean square of all numbers of the model's statistics: their Euclidean norm divided by the root of their number; NaN for kinds that have none.</param>
/// <param name="TokenShare">The share of all tokens that reached the tensor, from 0 to 1; 1 but for experts of mixtures.</param>
public readonly record struct StatisticFacts(bool IsMeasured, double RootMeanSquare, double TokenShare);
