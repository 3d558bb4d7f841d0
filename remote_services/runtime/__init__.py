"""What every remote service needs to run: settings, a worker, reports that are never lost, signs of life."""
