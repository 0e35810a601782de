namespace MergeOps.Tokenizers.ChatTemplates;

/// <summary>Reads values that operators join, with the precedence that jinja2 gives them.</summary>
/// <param name="tokens">The pieces of the template.</param>
/// <param name="expressions">Knows how deeply they are nested.</param>
/// <param name="postfixes">Reads the operands.</param>
/// <param name="filters">Reads their filters and tests.</param>
internal sealed class OperatorParser(TokenReader tokens, ExpressionParser expressions, PostfixParser postfixes, FilterParser filters)
{
    private static readonly string[] Comparisons = ["==", "!=", "<", "<=", ">", ">="];

    /// <summary>An expression without a condition behind an if.</summary>
    /// <exception cref="TemplateFault">It is broken, or not exact here.</exception>
    public Expression Or()
    {
        var left = And();
        while (tokens.IsName("or"))
        {
            var line = tokens.Take().Line;
            left = new Expression.Binary("or", left, And(), line);
        }

        return left;
    }

    private Expression And()
    {
        var left = Not();
        while (tokens.IsName("and"))
        {
            var line = tokens.Take().Line;
            left = new Expression.Binary("and", left, Not(), line);
        }

        return left;
    }

    private Expression Not()
    {
        if (!tokens.IsName("not"))
        {
            return Comparison();
        }

        var line = tokens.Take().Line;
        expressions.Enter();
        var operand = Not();
        expressions.Leave();
        return new Expression.Unary("not", operand, line);
    }

    private Expression Comparison()
    {
        var first = Sum();
        var rest = new List<(string Operator, Expression Operand)>();
        while (true)
        {
            if (tokens.Current.Kind == TokenKind.Operator && Comparisons.Contains(tokens.Current.Text, StringComparer.Ordinal))
            {
                rest.Add((tokens.Take().Text, Sum()));
            }
            else if (tokens.SkipsName("in"))
            {
                rest.Add(("in", Sum()));
            }
            else if (tokens.IsName("not") && tokens.Next is { Kind: TokenKind.Name, Text: "in" })
            {
                tokens.Move();
                tokens.Move();
                rest.Add(("not in", Sum()));
            }
            else
            {
                return rest.Count == 0 ? first : new Expression.Comparison(first, rest, first.Line);
            }
        }
    }

    private Expression Sum() => Chain(Joined, "+", "-");

    private Expression Joined()
    {
        var line = tokens.Current.Line;
        var parts = new List<Expression> { Product() };
        while (tokens.SkipsOperator("~"))
        {
            parts.Add(Product());
        }

        return parts is [var only] ? only : new Expression.Join(parts, line);
    }

    private Expression Product() => Chain(Power, "*", "/", "//", "%");

    private Expression Power() => Chain(() => Unary(withFilter: true), "**");

    private Expression Chain(Func<Expression> operand, params string[] operators)
    {
        var left = operand();
        while (tokens.Current.Kind == TokenKind.Operator && operators.Contains(tokens.Current.Text, StringComparer.Ordinal))
        {
            var sign = tokens.Take();
            left = new Expression.Binary(sign.Text, left, operand(), sign.Line);
        }

        return left;
    }

    private Expression Unary(bool withFilter)
    {
        expressions.Enter();
        var line = tokens.Current.Line;
        var value = tokens.SkipsOperator("-") ? new Expression.Unary("-", Unary(withFilter: false), line)
            : tokens.SkipsOperator("+") ? new Expression.Unary("+", Unary(withFilter: false), line)
            : postfixes.Read();
        value = postfixes.Behind(value);
        expressions.Leave();
        return withFilter ? filters.Behind(value) : value;
    }
}
